import { endOfText, instantAt, moneyAt, SAFE_DIGITS, textsAt } from './byte-values.ts';
import type { Shape, Template } from './line-template.ts';
import type { LineValues } from './line-values.ts';

/**
 * Matches the bytes of `buffer` (`bytes` views the same) from `pos` and fills `values`. Returns the position
 * after the object, or −1 when the bytes have any other shape; then nothing is said about the line.
 */
export type LineMatcher = (buffer: Buffer, bytes: DataView, pos: number, values: LineValues) => number;

const READERS = { endOfText, instantAt, moneyAt, textsAt };
const IS_NULL = 'u[p]===110&&u[p+1]===117&&u[p+2]===108&&u[p+3]===108';
const IS_TRUE = 'u[p]===116&&u[p+1]===114&&u[p+2]===117&&u[p+3]===101';
const IS_FALSE = 'u[p]===102&&u[p+1]===97&&u[p+2]===108&&u[p+3]===115&&u[p+4]===101';

/**
 * Compiles a template to JavaScript, for files that escape slashes (`gid:\/\/shopify\/…`, as Shopify's do) or
 * do not. Generated because comparing literals with constants in straight-line code takes half the time of
 * interpreting steps. Only templates of this folder go in; nothing a file or a request says does.
 */
export function compileTemplate(template: Template, escapedSlashes: boolean): LineMatcher {
  const code = new MatcherCode(escapedSlashes);
  code.write(template.root);
  const source = `return function matchLine(u,b,p,v){const z=b.byteLength,n=v.numbers;let k=0,d=0,x=0;${code.finish()}return p}`;
  // oxlint-disable-next-line no-new-func, no-implied-eval -- see above
  return new Function('R', source)(READERS) as LineMatcher;
}

class MatcherCode {
  #source = '';
  #literal = '';
  #begun = false;
  readonly #escapedSlashes: boolean;

  constructor(escapedSlashes: boolean) {
    this.#escapedSlashes = escapedSlashes;
  }

  /** Everything written so far, literals included. */
  finish(): string {
    this.#add('');
    return this.#source;
  }

  write(shape: Shape): void {
    switch (shape.kind) {
      case 'gid': {
        const path = `gid://shopify/${shape.of}/`;
        this.#literal += `"${this.#escapedSlashes ? path.replaceAll('/', '\\/') : path}`;
        this.#add(`${DIGITS}if(p===k||p-k>${SAFE_DIGITS}||u[k]===48)return -1;n[${shape.slot}]=x;`);
        this.#literal += '"';
        return;
      }
      case 'integer':
        this.#add(`${DIGITS}if(p===k||p-k>${SAFE_DIGITS}||(u[k]===48&&p-k>1))return -1;n[${shape.slot}]=x;`);
        return;
      case 'instant':
        this.#add(`x=R.instantAt(u,p);if(x!==x)return -1;n[${shape.slot}]=x;p+=22;`);
        return;
      case 'boolean':
        this.#add(
          `if(${IS_FALSE}){n[${shape.slot}]=0;p+=5}else if(${IS_TRUE}){n[${shape.slot}]=1;p+=4}else return -1;`,
        );
        return;
      case 'text':
        this.#add(`if(${IS_NULL})p+=4;else{if(u[p]!==34)return -1;k=R.endOfText(u,p+1);`);
        this.#add(`if(k<0)return -1;v.setTextRange(${shape.slot},p+1,k);p=k+1}`);
        return;
      case 'money':
        this.#literal += '{"amount":"';
        this.#add(`p=R.moneyAt(u,b,p,v,${shape.slot},${shape.currency});if(p<0)return -1;`);
        this.#literal += '"}';
        return;
      case 'texts':
        this.#add(`p=R.textsAt(u,p,v,${shape.list});if(p<0)return -1;`);
        return;
      case 'nullable':
        this.#add(`if(${IS_NULL})p+=4;else{`);
        this.write(shape.value);
        this.#add('}');
        return;
      case 'list':
        this.#add('if(u[p++]!==91)return -1;if(u[p]===93)p++;else for(;;){');
        this.#add(`for(k=${shape.from};k<${shape.to};k++)n[k]=NaN;`);
        this.write(shape.item);
        this.#add(`for(k=${shape.from};k<${shape.to};k++)v.lists[${shape.list}].push(n[k]);`);
        this.#add('d=u[p++];if(d===44)continue;if(d!==93)return -1;break}');
        return;
      case 'object':
        if (shape.optional) this.#add(`if(${IS_NULL})p+=4;else if(u[p]===123&&u[p+1]===125)p+=2;else{`);
        shape.fields.forEach(([name, value], i) => {
          this.#literal += `${i === 0 ? '{' : ','}"${name}":`;
          this.write(value);
        });
        this.#literal += '}';
        if (shape.optional) this.#add('}');
    }
  }

  /** Adds code after the literal that is still to be compared, four bytes at a time. */
  #add(code: string): void {
    const literal = Buffer.from(this.#literal);
    this.#literal = '';
    if (literal.length > 0) {
      const differences = [`p+${literal.length}>z`];
      let i = 0;
      for (; i + 4 <= literal.length; i += 4) {
        differences.push(`b.getInt32(p+${i},true)!==${literal.readInt32LE(i)}`);
      }
      for (; i < literal.length; i++) differences.push(`u[p+${i}]!==${literal[i]}`);
      this.#source += `if(${differences.join('||')})return -1;p+=${literal.length};`;
      // Most lines of another kind differ in the first literal; only then the slots are emptied.
      if (!this.#begun) this.#source += 'v.reset(u);';
      this.#begun = true;
    }
    this.#source += code;
  }
}

const DIGITS = 'k=p;x=0;for(d=u[p]-48;d>=0&&d<=9;d=u[++p]-48)x=x*10+d;';
