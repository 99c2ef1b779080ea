/**
 * SQL of the comment that every BI login of this database carries. Logins belong to the whole server: by this one we know
 * ours from those of others, of another Tidemark's, and of the database that this one was copied from.
 */
export const MARK = "format('Tidemark BI login of database %s', current_database())";
