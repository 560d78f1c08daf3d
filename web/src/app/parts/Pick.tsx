/* A labelled list to choose one of. */
interface Props {
  label: string;
  value: string;
  options: readonly (readonly [id: string, name: string])[];
  onPick: (id: string) => void;
}

export function Pick({ label, value, options, onPick }: Props) {
  return (
    <label class="pick">
      {label}{' '}
      <select value={value} onChange={(event) => onPick(event.currentTarget.value)}>
        {options.map(([id, name]) => <option key={id} value={id}>{name}</option>)}
      </select>
    </label>
  );
}
