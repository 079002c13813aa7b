namespace EdgeStream.Delivery;

/// <summary>Types and fields of columns as the configuration and the ledger spell them; they never change.</summary>
public static class ColumnWords
{
    private static readonly string[] TypeWords =
    [
        "string", "boolean", "int32", "int64", "float", "double", "bytes", "timestamp-millis", "timestamp-micros",
    ];

    private static readonly string[] FieldWords =
        ["stream", "shard", "sequence", "subSequence", "key", "eventTime", "arrivalTime", "data", "historical"];

    /// <summary>The words for types, in the order of their numbers.</summary>
    public static IReadOnlyList<string> Types => TypeWords;

    /// <summary>The words for fields, in the order of their numbers.</summary>
    public static IReadOnlyList<string> Fields => FieldWords;

    /// <summary>The word for a type.</summary>
    public static string Of(ColumnType type) => TypeWords[(int)type];

    /// <summary>The word for a field.</summary>
    public static string Of(RecordField field) => FieldWords[(int)field];

    /// <summary>The type that a word stands for; null for other words.</summary>
    public static ColumnType? TypeOf(string word) =>
        Array.IndexOf(TypeWords, word) is >= 0 and var at ? (ColumnType)at : null;

    /// <summary>The field that a word stands for; null for other words.</summary>
    public static RecordField? FieldOf(string word) =>
        Array.IndexOf(FieldWords, word) is >= 0 and var at ? (RecordField)at : null;
}
