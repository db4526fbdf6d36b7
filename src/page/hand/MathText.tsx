/** Mathematics such as `W^[1]^T`: `^` raises what follows, `_` lowers it. */
export function MathText({ text }: { text: string }) {
  const parts = text.match(/\^(\[[^\]]*\]|[^\s^_·)]+)|_\w(?=\^|$|\s)|[^^_]+|[\^_]/g) ?? [];
  return (
    <span class="symbol">
      {parts.map((part, i) => {
        if (part.startsWith('^')) return <sup key={i}>{part.slice(1)}</sup>;
        if (part.startsWith('_')) return <sub key={i}>{part.slice(1)}</sub>;
        return part;
      })}
    </span>
  );
}
