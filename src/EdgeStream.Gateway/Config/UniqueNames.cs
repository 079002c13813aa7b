namespace EdgeStream.Gateway.Config;

/// <summary>Reports a name that stands twice in a list.</summary>
internal sealed class UniqueNames(ConfigReader reader, string noun)
{
    private readonly Dictionary<string, ConfigLocation> _seen = new(StringComparer.Ordinal);

    /// <summary>Notes the item's name; false, and an error, if it was there before.</summary>
    public bool Add(ConfigValues item, SchemaScalar key)
    {
        var name = item.Text(key);
        if (_seen.TryGetValue(name, out var first))
        {
            reader.Report(item.At(key), $"the {noun} '{name}' stands twice; the first is in line {first.Line}");
            return false;
        }

        _seen.Add(name, item.At(key));
        return true;
    }
}
