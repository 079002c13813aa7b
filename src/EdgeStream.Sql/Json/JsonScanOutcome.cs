namespace EdgeStream.Sql;

/// <summary>How the fast scan of a record ended.</summary>
internal enum JsonScanOutcome
{
    /// <summary>The record is one JSON object, and its columns are found.</summary>
    Read = 0,

    /// <summary>The record is no JSON object.</summary>
    Refused,

    /// <summary>The record has a member whose name is escaped: the framework's reader must decide.</summary>
    Unsure,
}
