namespace EdgeStream.Sql;

/// <summary>What was found of one column in one record.</summary>
internal struct JsonSlot
{
    /// <summary>NULL for what is missing, <c>null</c>, an object, an array, and a number that no double can
    /// be.</summary>
    public SqlType Type;

    /// <summary>Whether the member is there with a value other than <c>null</c>.</summary>
    public bool IsPresent;

    /// <summary>Whether the text had to be unescaped, so that it stands in the scratch and not in the record.</summary>
    public bool IsInScratch;

    public int Start;
    public int Length;
    public int RawStart;
    public int RawLength;
    public long Bits;
}
