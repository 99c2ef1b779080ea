-- Constants in the guise of functions: inlined into the statements that pick from them.
CREATE FUNCTION demo.first_names() RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT ARRAY[
  'Amara', 'Ben', 'Carmen', 'Dmitri', 'Elif', 'Femi', 'Grace', 'Hiroshi', 'Ines', 'Jonas', 'Keiko', 'Liam', 'Mei', 'Noor',
  'Oskar', 'Priya', 'Quentin', 'Rosa', 'Samir', 'Tala', 'Uma', 'Viktor', 'Wanjiru', 'Ximena', 'Yusuf', 'Zofia', 'Anders',
  'Beatriz', 'Chidi', 'Daniela', 'Emre', 'Freya', 'Gustavo', 'Hana', 'Ibrahim', 'Julia', 'Kofi', 'Leila', 'Mateo', 'Nadia',
  'Owen', 'Paloma', 'Rafael', 'Sofia', 'Thanh', 'Valeria', 'Wei'] $$;

CREATE FUNCTION demo.last_names() RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT ARRAY[
  'Adeyemi', 'Bauer', 'Castillo', 'Dubois', 'Eriksen', 'Fischer', 'Garcia', 'Haddad', 'Ito', 'Jensen', 'Kaya', 'Lindqvist',
  'Moreau', 'Nakamura', 'Okafor', 'Patel', 'Quinn', 'Rossi', 'Silva', 'Tanaka', 'Ueda', 'Vargas', 'Wong', 'Yilmaz', 'Zhang',
  'Abbott', 'Banerjee', 'Cohen', 'Diallo', 'Evans', 'Ferrari', 'Gupta', 'Hoang', 'Ivanova', 'Johansson', 'Kim', 'Lopez',
  'Mbeki', 'Novak', 'Olsen', 'Park', 'Reyes', 'Sato', 'Torres', 'Walsh', 'Kowalska', 'Mensah', 'Nguyen', 'Petrov', 'Santos',
  'Turner', 'Weber', 'Chen'] $$;

CREATE FUNCTION demo.company_heads() RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT ARRAY[
  'Bright', 'Cedar', 'Silver', 'North', 'Blue', 'Stone', 'River', 'Summit', 'Harbor', 'Maple', 'Iron', 'Clear', 'Golden',
  'Pine', 'Red', 'Lake', 'Sun', 'Wild', 'Copper', 'Oak', 'Fair', 'High', 'Quiet', 'Swift', 'Green', 'Winter', 'Coral',
  'Amber', 'Falcon', 'Heron', 'Juniper', 'Kestrel', 'Lantern', 'Meadow', 'Orchid', 'Prairie', 'Raven', 'Sage', 'Timber',
  'Willow', 'Birch', 'Cobalt', 'Delta', 'Ember', 'Fjord', 'Granite', 'Hazel'] $$;

CREATE FUNCTION demo.company_tails() RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT ARRAY[
  'field', 'bridge', 'port', 'gate', 'brook', 'ridge', 'wood', 'ford', 'point', 'haven', 'view', 'crest', 'dale', 'mont',
  'shore', 'well', 'path', 'works', 'land', 'mark', 'side', 'stead', 'vale', 'wick', 'moor', 'peak', 'cove', 'glen', 'bank',
  'hill', 'line'] $$;

CREATE FUNCTION demo.company_kinds() RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT ARRAY[
  'Labs', 'Logistics', 'Health', 'Foods', 'Energy', 'Systems', 'Partners', 'Retail', 'Industries', 'Media', 'Capital',
  'Mobility', 'Software', 'Insurance', 'Materials', 'Education', 'Hotels', 'Pharma', 'Telecom', 'Robotics', 'Textiles',
  'Studios', 'Motors', 'Marine', 'Networks', 'Analytics', 'Housing', 'Farms', 'Optics'] $$;
