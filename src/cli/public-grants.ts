/** Says on standard error what only the database's owner can close. @param beyond as `revokePublicGrants` gives it */
export function sayBeyond(beyond: readonly string[]) {
  for (const statement of beyond)
    console.error(`Every login of the server can connect: have the owner run ${statement}`);
}
