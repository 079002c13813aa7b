namespace EdgeStream.Kinesis;

/// <summary>One value of a request that was read; text and bytes stay in the request's body.</summary>
internal struct RequestValue
{
    /// <summary>Whether the request has it.</summary>
    public bool IsPresent;

    /// <summary>Text and bytes: where they begin in the body. A list or map: its first element. A structure: its first
    /// member.</summary>
    public int Start;

    /// <summary>Text and bytes: their length in bytes. A list or map: its number of elements.</summary>
    public int Length;

    /// <summary>A number; true is 1; a time in microseconds since 1970.</summary>
    public long Number;

    /// <summary>The next element of the list or map; 0 after the last.</summary>
    public int Next;
}
