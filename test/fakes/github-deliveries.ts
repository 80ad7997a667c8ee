import type { SandboxDelivery, SandboxDeliveryPlan } from '../../src/sandbox/sandbox-webhooks.model.ts';

/** What can happen to a webhook on its way. Dropped ones are in the log as failed. */
export const DELIVERY_FAULTS = ['drop', 'double', 'delay', 'reorder', 'truncate'] as const;

export interface DeliveryFault {
  do: (typeof DELIVERY_FAULTS)[number];
  /** What is left out matches every delivery. */
  match?: { event?: string; action?: string; hookId?: number; redelivery?: boolean };
  /** How many deliveries it hits; left out: one. `Infinity` for all that follow. */
  times?: number;
  /** Lets this many matching deliveries pass before it strikes. */
  skip?: number;
  /** delay: how long. */
  ms?: number;
}

/** What a script looks at in a delivery. */
export type Told = Pick<SandboxDelivery, 'event' | 'action' | 'hookId' | 'redelivery'>;

/** The script of deliveries, first added first taken. */
export interface DeliveryScript {
  add(fault: DeliveryFault): void;
  clear(): void;
  /** What shall happen to this delivery, counted down; null: it is sent as usual. */
  plan(delivery: Told): SandboxDeliveryPlan | null;
}

export function deliveryScript(): DeliveryScript {
  let waiting: { fault: DeliveryFault; left: number; skip: number }[] = [];
  return {
    add(fault) {
      waiting.push({ fault, left: fault.times ?? 1, skip: fault.skip ?? 0 });
    },
    clear() {
      waiting = [];
    },
    plan(delivery) {
      const entry = waiting.find((candidate) => {
        if (!matches(candidate.fault, delivery)) return false;
        candidate.skip -= 1;
        return candidate.skip < 0;
      });
      if (entry === undefined) return null;
      entry.left -= 1;
      waiting = waiting.filter((other) => other.left > 0);
      return planOf(entry.fault);
    },
  };
}

function matches({ match = {} }: DeliveryFault, delivery: Told): boolean {
  return (
    (match.event === undefined || match.event === delivery.event) &&
    (match.action === undefined || match.action === delivery.action) &&
    (match.hookId === undefined || match.hookId === delivery.hookId) &&
    (match.redelivery === undefined || match.redelivery === delivery.redelivery)
  );
}

function planOf(fault: DeliveryFault): SandboxDeliveryPlan {
  const usual: SandboxDeliveryPlan = { copies: 1, delayMs: 0, afterNext: false, cutAt: null };
  switch (fault.do) {
    case 'drop':
      return { ...usual, copies: 0 };
    case 'double':
      return { ...usual, copies: 2 };
    case 'delay':
      return { ...usual, delayMs: fault.ms ?? 100 };
    case 'reorder':
      return { ...usual, afterNext: true };
    default:
      return { ...usual, cutAt: 0.5 };
  }
}
