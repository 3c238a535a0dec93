import { createHash } from 'node:crypto';
import { crc32, deflateSync } from 'node:zlib';

/** What the shop sells. */
export interface Product {
  readonly id: number;
  readonly name: string;
  /** Cents. */
  readonly price: number;
  readonly stock: number;
}

const nouns = ['Loom', 'Spindle', 'Yarn, merino', 'Shuttle', 'Bobbin', 'Warp beam', 'Dye, indigo', 'Reed', 'Heddle', 'Tapestry needle'];

export const products: readonly Product[] = nouns.map((name, i) => ({ id: i + 1, name, price: 490 + i * 1375, stock: (i * 7) % 23 }));

export const style = `body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;color:#222}
h1{font-size:1.6rem}main{display:grid;grid-template-columns:repeat(auto-fill,minmax(14rem,1fr));gap:1.2rem}
article{border:1px solid #ddd;border-radius:.5rem;padding:1rem}img{width:100%;border-radius:.25rem}
.price{font-weight:600}button{background:#2b4c7e;color:#fff;border:0;border-radius:.3rem;padding:.5rem 1rem}
`;

export function page(title: string, list: readonly Product[]): string {
  const cards = list.map(
    ({ id, name, price }) =>
      `<article><img src="/img/${id}.png" alt=""><h2><a href="/products/${id}">${name}</a></h2><p class="price">${(price / 100).toFixed(2)} €</p><form method="post" action="/cart"><button name="product" value="${id}">Add to cart</button></form></article>`,
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${title}</title><link rel="stylesheet" href="/style.css"></head>
<body><h1>${title}</h1><main>
${cards.join('\n')}
</main><footer>Weavers' shop, a made-up one</footer></body></html>
`;
}

/** A small PNG, different for each product. */
export function picture(id: number): Buffer {
  const size = 48;
  const seed = createHash('sha256').update(`picture ${id}`).digest();
  const rows = Buffer.alloc(size * (size * 3 + 1));
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const at = y * (size * 3 + 1) + 1 + x * 3;
      const weave = ((x ^ y) >> 2) & 1;
      for (let channel = 0; channel < 3; channel++)
        rows[at + channel] = (seed[channel + weave * 3]! + x + y + seed[(x * y) & 31]! / 8) & 255;
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 2], 8);
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}
