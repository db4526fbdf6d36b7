import { serveTasks } from './serveTasks.ts';
import { tasks } from './tasks.ts';

const more = new URLSearchParams(location.search).get('tasks');
serveTasks(more ? import(/* @vite-ignore */ more).then((module) => ({ ...tasks, ...module.tasks })) : tasks);
