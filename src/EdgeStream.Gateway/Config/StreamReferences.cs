using EdgeStream.Streams;

namespace EdgeStream.Gateway.Config;

/// <summary>Reports names of streams that don't exist.</summary>
internal sealed class StreamReferences(ConfigReader reader, IReadOnlyList<StreamDefinition> streams)
{
    /// <summary>The stream's name that stands under a key, known to exist unless an error was reported.</summary>
    public string Check(ConfigValues values, SchemaScalar key)
    {
        var name = values.Text(key);
        var names = streams.Select(stream => stream.Name).ToArray();
        if (values.Has(key) && !names.Contains(name, StringComparer.Ordinal))
        {
            var meant = DidYouMean.Suggest(name, names) is { } word ? $"; did you mean '{word}'?" : "";
            reader.Report(values.At(key),
                $"there is no stream '{name}'{meant} (streams: {string.Join(", ", names)}; more go under 'streams')");
        }

        return name;
    }
}
