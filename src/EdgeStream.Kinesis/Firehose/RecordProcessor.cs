namespace EdgeStream.Kinesis;

/// <summary>One step of a delivery stream's processing, as the API was told.</summary>
/// <param name="Type">What it does.</param>
/// <param name="Parameters">How, in the order of the request.</param>
internal sealed record RecordProcessor(string Type, IReadOnlyList<KeyValuePair<string, string>> Parameters)
{
    /// <summary>Puts bytes after each record.</summary>
    internal const string AppendDelimiter = "AppendDelimiterToRecord";

    /// <summary>Finds the values of a record by which objects are named.</summary>
    internal const string MetadataExtraction = "MetadataExtraction";

    /// <summary>The only language of <see cref="MetadataQuery"/>.</summary>
    internal const string Jq = "JQ-1.6";

    private const string DelimiterName = "Delimiter";

    /// <summary>The query of <see cref="MetadataExtraction"/>; null where there is none.</summary>
    internal string? Query => ParameterOf("MetadataExtractionQuery");

    /// <summary>The query's language; null where there is none.</summary>
    internal string? Engine => ParameterOf("JsonParsingEngine");

    /// <summary>What an <see cref="AppendDelimiter"/> appends: a line feed where nothing is said; <c>\n</c>, <c>\r</c>,
    /// <c>\t</c> and <c>\\</c> are escapes.</summary>
    internal string Delimiter => ParameterOf(DelimiterName) is { } value
        ? value.Replace(@"\\", "\0").Replace(@"\n", "\n").Replace(@"\r", "\r").Replace(@"\t", "\t").Replace("\0", @"\")
        : "\n";

    private string? ParameterOf(string name)
    {
        foreach (var (other, value) in Parameters)
        {
            if (other == name)
            {
                return value;
            }
        }

        return null;
    }
}
