import { ACTIVITY_TYPES } from "../shared/activity.ts";
import { countOf } from "./columns.ts";

const of = (state: string, set: Record<string, string> = {}) => ({
  report: "activities",
  figure: "activity_count",
  set: { state, ...set },
});

const completed = of("completed");

const drills = {
  completed_count: completed,
  compare_completed_count: { ...completed, compared: true },
  planned_count: of("planned"),
  overdue_count: of("overdue"),
};

const ofTypes = Object.fromEntries(
  ACTIVITY_TYPES.map((type) => [countOf(type), of("completed", { type })]),
);

const by = <D extends object>(all: Record<string, D>, parameters: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(all).map(([key, drill]) => [key, { ...drill, by: parameters }]),
  );

export const ofAll = { ...drills, ...ofTypes };
export const ofRep = by({ ...drills, ...ofTypes }, { owner: "owner_user_id" });
export const ofType = by(drills, { type: "activity_type" });
export const ofDays = {
  completed_count: { ...completed, by: { type: "activity_type", period: "bucket_days" } },
};
