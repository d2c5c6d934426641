import { BlockStack, useIndexResourceState } from '@shopify/polaris';
import { useCallback, useRef, useState, type ComponentProps, type ReactNode } from 'react';
import { AtRiskTable } from './at-risk-table.tsx';
import type { CareWhat } from './care-fields.tsx';
import { CareOutcome } from './care-outcome.tsx';
import { CarePanel } from './care-panel.tsx';
import { useCare } from './use-care.ts';

type AtRiskListProps = Omit<ComponentProps<typeof AtRiskTable>, 'selection' | 'onAct'> & {
  people: number[];
  /** What stands there when nobody is on the page, as after the last one was put off. */
  empty: ReactNode;
};

/** One page of the at-risk list, and what staff do for the customers they select on it. */
export function AtRiskList({ people, empty, ...table }: AtRiskListProps) {
  const { customers, you, today } = table;
  const [asking, setAsking] = useState<Exclude<CareWhat, 'contacted'> | null>(null);
  const list = useRef<HTMLDivElement>(null);
  const { selectedResources, allResourcesSelected, handleSelectionChange, clearSelection } =
    useIndexResourceState(customers, { resourceIDResolver: ({ customerId }) => String(customerId) });
  const chosen = customers.filter(({ customerId }) => selectedResources.includes(String(customerId)));
  const leave = useCallback(() => {
    setAsking(null);
    // What had the focus is gone with the panel or the selection.
    list.current?.focus();
  }, []);
  const care = useCare(
    useCallback(() => {
      clearSelection();
      leave();
    }, [clearSelection, leave]),
  );
  const act = (what: CareWhat) => {
    if (what === 'contacted') care.save(what, 'today', chosen);
    else setAsking(what);
  };
  return (
    <div ref={list} tabIndex={-1} className="rk-focusless">
      <BlockStack gap="300">
        <CareOutcome answer={care.answer} you={you} />
        {asking !== null && chosen.length > 0 && (
          <CarePanel
            key={`${asking} ${selectedResources.join()}`}
            what={asking}
            customers={chosen}
            people={people}
            you={you}
            today={today}
            busy={care.busy}
            problem={care.problemOf(asking)}
            onSave={(value) => care.save(asking, value, chosen)}
            onCancel={leave}
          />
        )}
        {customers.length === 0 ? (
          empty
        ) : (
          <AtRiskTable
            {...table}
            selection={{
              selected: selectedResources,
              all: allResourcesSelected,
              onChange: handleSelectionChange,
            }}
            onAct={act}
          />
        )}
      </BlockStack>
    </div>
  );
}
