namespace EdgeStream.Delivery;

/// <summary>What a server says went wrong.</summary>
/// <remarks>PostgreSQL documentation, "Error and Notice Message Fields" and "Error Codes".</remarks>
/// <param name="Code">The SQLSTATE.</param>
/// <param name="Message">The message, and its detail.</param>
/// <param name="IsFatal">Whether the server ends the connection with it.</param>
internal sealed record PostgresError(string Code, string Message, bool IsFatal)
{
    /// <summary>There is no such table.</summary>
    public const string UndefinedTable = "42P01";


    /// <summary>Whether a row may be why: what it holds (class 22), what the table allows (23), what a view does not
    /// show (44), what a trigger raises, and an index entry that is too large.</summary>
    public bool IsOfRow => Code.StartsWith("22", StringComparison.Ordinal)
        || Code.StartsWith("23", StringComparison.Ordinal) || Code.StartsWith("44", StringComparison.Ordinal)
        || Code is "P0001" or "54000";

    /// <summary>Whether it passes by itself: the connection (class 08), another transaction (25, 40, 55), too few
    /// resources (53), a server that stops, starts or follows another (57), an error of its own (58, XX).</summary>
    public bool IsPassing => Code[..Math.Min(2, Code.Length)] is "08" or "25" or "40" or "53" or "55" or "57" or "58"
        or "XX";

    /// <summary>The message behind its code.</summary>
    public override string ToString() => $"{Code} {Message}";
}
