namespace EdgeStream.Kinesis;

/// <summary>One step of a delivery stream's processing, as the API was told.</summary>
/// <param name="Type">What it does.</param>
/// <param name="Parameters">How, in the order of the request.</param>
internal sealed record RecordProcessor(string Type, IReadOnlyList<KeyValuePair<string, string>> Parameters)
{
    /// <summary>The one that the gateway does: bytes after each record.</summary>
    internal const string AppendDelimiter = "AppendDelimiterToRecord";

    private const string DelimiterName = "Delimiter";

    /// <summary>What an <see cref="AppendDelimiter"/> appends: a line feed where nothing is said; <c>\n</c>, <c>\r</c>,
    /// <c>\t</c> and <c>\\</c> are escapes.</summary>
    internal string Delimiter
    {
        get
        {
            foreach (var (name, value) in Parameters)
            {
                if (name == DelimiterName)
                {
                    return value.Replace(@"\\", "\0").Replace(@"\n", "\n").Replace(@"\r", "\r").Replace(@"\t", "\t")
                        .Replace("\0", @"\");
                }
            }

            return "\n";
        }
    }
}
