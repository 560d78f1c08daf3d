/* A number to type. It counts when the field is left or Enter is pressed, and only if it is one; while it is typed nothing else writes into the field,
 * also when what is around it is drawn anew. */
import { useState } from 'preact/hooks';

interface Props {
  value: number;
  least: number;
  most: number;
  step?: number;
  label?: string; // where no <label> is around it
  onPut: (value: number) => void;
  onLeave?: () => void; // after that, a number or none
}

export function NumberField({ value, least, most, step = 1, label, onPut, onLeave }: Props) {
  const [typed, setTyped] = useState<string | null>(null);
  const finish = (text: string): void => {
    const next = Number(text);
    if (text.trim() !== '' && Number.isFinite(next)) onPut(next);
    setTyped(null);
    onLeave?.();
  };
  return (
    <input type="number" required min={least} max={most} step={step} value={typed ?? String(value)} inputMode="decimal" aria-label={label}
      onInput={(event) => setTyped(event.currentTarget.value)} onChange={(event) => finish(event.currentTarget.value)} onBlur={() => setTyped(null)} />
  );
}
