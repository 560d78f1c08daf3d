/* A labelled choice among a figure's rows. Left out where there is nothing to choose. */
export interface Option {
  value: string;
  label: string;
}
interface SelectProps {
  label: string;
  value: string;
  options: readonly Option[];
  onChange: (value: string) => void;
}

export function Select({ label, value, options, onChange }: SelectProps) {
  if (options.length < 2) return null;
  return (
    <label class="pick">
      <span>{label}</span>
      <select value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>{option.label}</option>
        ))}
      </select>
    </label>
  );
}

/* The value chosen if it is still there, else the one to begin with, else the first. */
export function chosen(value: string | null, options: readonly Option[], first = ''): string {
  const has = (wanted: string | null): wanted is string => options.some((option) => option.value === wanted);
  return has(value) ? value : has(first) ? first : (options[0]?.value ?? '');
}
