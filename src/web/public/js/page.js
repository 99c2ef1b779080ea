import { drawCharts } from "./charts.js";
import { openDefinitions } from "./definitions.js";
import { improveFilters } from "./filters.js";
import { tellTime } from "./freshness.js";
import { followChanges } from "./open-page.js";

drawCharts();
tellTime();
improveFilters();
openDefinitions();
followChanges();
