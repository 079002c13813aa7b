namespace EdgeStream.Delivery;

/// <summary>What a server answered to one message with statements.</summary>
internal sealed class PostgresAnswer
{
    /// <summary>The first error; null where all went well.</summary>
    public PostgresError? Error { get; set; }

    /// <summary>What the last statement has done, as <c>COMMIT</c>.</summary>
    public string Tag { get; set; } = "";

    /// <summary>The last row; null for none.</summary>
    public string?[]? Row { get; set; }
}
