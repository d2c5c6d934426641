import { describe, expect, it } from 'vitest';
import { parseGrid } from '#app/routes/app.grid/parse-grid.ts';

const DAYS = { first: 20_000, last: 20_010 };
const parse = (query: string) => parseGrid(new URLSearchParams(query), DAYS);

describe('the address of the grid', () => {
  it('given nothing or nonsense, then it is recency and frequency, by customers, as a map, compared with nothing', () => {
    const first = {
      plane: 'rf',
      measure: 'customers',
      view: 'map',
      compare: null,
      asked: '',
      outside: false,
    };
    expect(parse('')).toEqual(first);
    expect(parse('plane=mf&measure=constructor&view=3d')).toEqual(first);
  });

  it('given a plane, a measure and a view, then it is those', () => {
    expect(parse('plane=fm&measure=mean&view=table')).toMatchObject({
      plane: 'fm',
      measure: 'mean',
      view: 'table',
    });
  });

  it('given a day of the history, then money, which is not known of it, gives way to customers', () => {
    expect(parse('compare=2024-10-04&measure=money')).toMatchObject({
      compare: 20_000,
      measure: 'customers',
      outside: false,
    });
    expect(parse('compare=2024-10-14&measure=share')).toMatchObject({ compare: 20_010, measure: 'share' });
  });

  it('given a day beside them, then it is told which one was asked for', () => {
    expect(parse('compare=2024-10-03')).toMatchObject({ asked: '2024-10-03', compare: null, outside: true });
    expect(parse('compare=2024-02-30')).toMatchObject({ asked: '', compare: null, outside: true });
  });

  it.each(['2024-10-03', '2024-10-15', '2024-02-30', '', 'yesterday', "2024-10-04' or 1=1"])(
    'given %j to compare with, then it is said that there is no such day, and money stays',
    (day) => {
      const search = new URLSearchParams({ compare: day, measure: 'money' }).toString();
      expect(parse(search)).toMatchObject({ compare: null, outside: true, measure: 'money' });
    },
  );
});
