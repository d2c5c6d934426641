import { TextField } from '@shopify/polaris';
import { createContext, useContext, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { PlanFault, Place } from '#app/campaigns/plan-reader.ts';
import type { CampaignPlan } from '#app/campaigns/plan.ts';
import { useFormat } from '#app/i18n/format.tsx';
import type { BuilderShop } from './condition-fields.tsx';

type FormTerms = {
  /** What is wrong with the plan, by place; empty until that is to be shown. */
  faults: readonly PlanFault[];
  shop: BuilderShop;
  /** What is typed, once it can be read. */
  plan: CampaignPlan | null;
  /** The parts that are settled by the launch can be changed no more. */
  launched: boolean;
};

const Terms = createContext<FormTerms | null>(null);

/** Tells every field below it what is wrong with the plan, and what it needs to know of the shop. */
export function CampaignFormTerms({ children, ...terms }: FormTerms & { children: ReactNode }) {
  return <Terms.Provider value={terms}>{children}</Terms.Provider>;
}

/** What the fields of a campaign's form need to know. */
export function useFormTerms() {
  const terms = useContext(Terms);
  if (terms === null) throw new Error('there is no campaign form around');
  const { faults } = terms;
  return {
    ...terms,
    /** What is wrong at a place. */
    faultAt: (...at: Place): PlanFault['fault'] | undefined =>
      faults.find((one) => one.at.join('/') === at.join('/'))?.fault,
    /** Everything that is wrong at a place or within it. */
    faultsIn: (...at: Place): readonly PlanFault[] =>
      faults.filter((one) => at.every((name, i) => String(one.at[i]) === String(name))),
  };
}

/** What is wrong with a field in words, to be its `error`. */
export function useFaultWords(): (
  fault: PlanFault['fault'] | undefined,
  bounds?: Bounds,
) => { error?: string } {
  const { t } = useTranslation();
  const format = useFormat();
  return (fault, bounds) => {
    if (fault === undefined) return {};
    if (bounds !== undefined && (fault === 'bounds' || fault === 'shape')) {
      const { least, most } = bounds;
      return {
        error: t('campaigns.fault.between', { least: format.count(least), most: format.count(most) }),
      };
    }
    return { error: t(`campaigns.fault.${fault}`, { tag: '{{ survey.link }}' }) };
  };
}

type Bounds = { least: number; most: number };

type NumberFieldProps = {
  label: string;
  value: string;
  onChange: (value: string) => void;
  /** Where it stands in the plan. */
  at: Place;
  bounds: Bounds;
  suffix?: string;
  helpText?: ReactNode;
  disabled?: boolean;
};

/** A number of a plan, as people type it. */
export function NumberField({
  label,
  value,
  onChange,
  at,
  bounds,
  suffix,
  helpText,
  disabled = false,
}: NumberFieldProps) {
  const { faultAt } = useFormTerms();
  const wrong = useFaultWords();
  return (
    <TextField
      label={label}
      inputMode="decimal"
      autoComplete="off"
      value={value}
      onChange={onChange}
      disabled={disabled}
      {...(suffix === undefined ? {} : { suffix })}
      {...(helpText === undefined ? {} : { helpText })}
      {...wrong(faultAt(...at), bounds)}
    />
  );
}

/** An amount of the shop's money, as people type it; empty = none. */
export function MoneyField({
  label,
  value,
  onChange,
  at,
  helpText,
}: Omit<NumberFieldProps, 'bounds' | 'suffix' | 'disabled'>) {
  const { faultAt, shop } = useFormTerms();
  const { t } = useTranslation();
  return (
    <TextField
      label={label}
      inputMode="decimal"
      autoComplete="off"
      value={value}
      onChange={onChange}
      suffix={shop.currency}
      {...(helpText === undefined ? {} : { helpText })}
      {...(faultAt(...at) === undefined ? {} : { error: t('campaigns.fault.money') })}
    />
  );
}
