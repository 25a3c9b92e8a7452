import { Select } from "./ui";

export function ModelRow({ m }: { m: { value: string; label: string } }) {
  return (
    <th scope="row">
      <span>{m.label}</span>
      {m.value === "gpt-image-1" && <span className="text-xs">Standard</span>}
    </th>
  );
}

export const Help = () => <p>Pictures are drawn with gpt-image-1 or dall-e-3.</p>;
