import type { Team } from "../../access/admin/teams.ts";

interface Teams {
  teams: readonly Team[];
  done?: string;
  /** What was refused: in the form of a team, or of a new one where there is no id. */
  refused?: { id?: string; name: string; version?: string; problem: string; isOfName: boolean };
}

/** Every team, and the form for one more. */
export function teamsPage({ teams, done, refused }: Teams) {
  const isElsewhere = refused !== undefined && !refused.isOfName;
  return {
    title: "Teams",
    done,
    problem: isElsewhere ? refused.problem : undefined,
    added: refused?.isOfName && refused.id === undefined ? refused : undefined,
    teams: teams.map((team) => {
      const own = refused?.isOfName && refused.id === team.id ? refused : undefined;
      return {
        ...team,
        // A form that is refused is as old as it was.
        version: own?.version ?? team.version,
        given: own?.name ?? team.name,
        problem: own?.problem,
        isEmpty: team.people === 0,
        left: team.people - team.active,
        action: `/admin/teams/${team.id}`,
      };
    }),
  };
}
