import { UsageError } from '../errors.ts';
import { type Choice, type Field, fields } from './fields.ts';
import type { BuiltinName, Config } from './messages.ts';
import { presets } from './presets.ts';

type Name = keyof Config;
type Control = HTMLInputElement | HTMLSelectElement;

const names = Object.keys(fields) as Name[];

/** The form: fills it, reads it, and says under each field what is wrong with it. */
export class Controls {
  /**
   * @param form holds a control for each of `fields`, by name, each in an element `.field`
   * @param onChange called when a setting was changed and all are right
   */
  constructor(
    private readonly form: HTMLFormElement,
    onChange: (config: Config) => void,
  ) {
    for (const name of names) {
      const { choices } = fields[name];
      const control = this.#control(name);
      if (choices) offer(control as HTMLSelectElement, choices);
      const slot = document.createElement('p');
      slot.id = `${name}-error`;
      slot.className = 'error';
      control.closest('.field')!.append(slot);
      control.setAttribute('aria-describedby', slot.id);
    }
    this.#fill('seed', 1);
    this.#fill('data', 'flower');
    this.#fillPreset('flower');

    form.addEventListener('change', ({ target }) => {
      const { name, value } = target as Control;
      if (name === 'data') this.#fillPreset(value as BuiltinName);
      const config = this.read();
      if (config) onChange(config);
    });
    // A message goes as soon as it is no longer true; a new one waits until the field is left.
    form.addEventListener('input', ({ target }) => {
      const control = target as Control;
      if (control.getAttribute('aria-invalid') === 'true') this.#check(control.name as Name);
    });
  }

  /** The experiment that the form describes; undefined if a field is wrong, which then says so. */
  read(): Config | undefined {
    const entries = names.map((name) => [name, this.#check(name)] as const);
    if (entries.some(([, value]) => value === undefined)) return undefined;
    return Object.fromEntries(entries) as unknown as Config;
  }

  /** Moves to the first field that is wrong. */
  focusInvalid(): void {
    this.form.querySelector<Control>('[aria-invalid=true]')?.focus();
  }

  /** While a network is trained, its settings stand still. */
  lock(locked: boolean): void {
    for (const set of this.form.querySelectorAll('fieldset')) set.disabled = locked;
  }

  #check<K extends Name>(name: K): Config[K] | undefined {
    const control = this.#control(name);
    try {
      const value = fields[name].parse(control.value);
      this.#complain(name, '');
      return value;
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      this.#complain(name, error.message);
      return undefined;
    }
  }

  #complain(name: Name, message: string): void {
    const control = this.#control(name);
    const slot = document.getElementById(`${name}-error`)!;
    if (slot.textContent !== message) slot.textContent = message;
    if (message) control.setAttribute('aria-invalid', 'true');
    else control.removeAttribute('aria-invalid');
  }

  #fillPreset(data: BuiltinName): void {
    const preset = presets[data];
    for (const name of names) {
      if (name in preset) this.#fill(name, preset[name as keyof typeof preset] as Config[Name]);
    }
  }

  #fill<K extends Name>(name: K, value: Config[K]): void {
    this.#control(name).value = (fields[name] as Field<Config[K]>).format(value);
  }

  #control(name: Name): Control {
    return this.form.elements.namedItem(name) as Control;
  }
}

function offer(select: HTMLSelectElement, choices: readonly Choice[]): void {
  const groups = new Map<string, HTMLOptGroupElement>();
  for (const { value, label, group } of choices) {
    const option = new Option(label, value);
    if (group === undefined) {
      select.append(option);
      continue;
    }
    let parent = groups.get(group);
    if (!parent) {
      parent = document.createElement('optgroup');
      parent.label = group;
      groups.set(group, parent);
      select.append(parent);
    }
    parent.append(option);
  }
}
