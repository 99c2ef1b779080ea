const A_MONTH_MS = 30 * 86_400_000;

interface Ending {
  state: string;
  revokedAt: Date | null;
  expiresAt: Date | null;
}

/** What ended lately explains why somebody is refused; what ended before is in the audit trail. */
export function endedLongAgo({ state, revokedAt, expiresAt }: Ending, now: Date): boolean {
  const endedAt = state === "revoked" ? revokedAt : state === "expired" ? expiresAt : null;
  return endedAt !== null && now.getTime() - endedAt.getTime() > A_MONTH_MS;
}
