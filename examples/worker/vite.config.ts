import { defineConfig } from 'vite';

// Katman loads some of its parts when they are needed; a Worker can do that as an ES module only.
export default defineConfig({ worker: { format: 'es' } });
