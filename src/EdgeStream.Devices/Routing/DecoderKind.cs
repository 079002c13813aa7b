namespace EdgeStream.Devices;

/// <summary>How a payload is read.</summary>
internal enum DecoderKind
{
    /// <summary>A JSON object if it starts as one, else a bare number.</summary>
    Auto,

    /// <summary>A JSON object and nothing else.</summary>
    Json,

    /// <summary>A bare number and nothing else.</summary>
    Number,
}
