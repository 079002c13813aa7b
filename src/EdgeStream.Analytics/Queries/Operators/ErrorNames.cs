namespace EdgeStream.Analytics;

/// <summary>What stands in ERROR_NAME of the error stream; documented in the room's README.</summary>
internal static class ErrorNames
{
    /// <summary>The error stream.</summary>
    public const string Stream = "ERROR_STREAM";

    /// <summary>A record is no row of its format.</summary>
    public const string Parse = "PARSE_ERROR";

    /// <summary>A value does not fit into its column's type.</summary>
    public const string Coercion = "COERCION_ERROR";

    /// <summary>A row is older than the lateness that its input allows.</summary>
    public const string Late = "LATE_ROW";

    /// <summary>A group was dropped for a newer one.</summary>
    public const string GroupDropped = "GROUP_DROPPED";

    /// <summary>A row was dropped from a window for a newer one.</summary>
    public const string RowDropped = "ROW_DROPPED";

    /// <summary>A result is too large for a record.</summary>
    public const string TooLarge = "RESULT_TOO_LARGE";
}
