using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace EdgeStream.Gateway.Config;

/// <summary>Reads YAML text against the schema and collects every error with its place.</summary>
/// <remarks>Only YamlDotNet's representation model is used: it needs no reflection, and its nodes know their line and
/// column.</remarks>
internal sealed class ConfigReader(string file, Func<string, string?> environment)
{
    private readonly List<ConfigError> _errors = [];
    private readonly List<ConfigError> _warnings = [];

    /// <summary>What is wrong so far.</summary>
    public IReadOnlyList<ConfigError> Errors => _errors;

    /// <summary>What is allowed and should be looked at.</summary>
    public IReadOnlyList<ConfigError> Warnings => _warnings;

    /// <summary>Reads a whole file; the result holds what could be understood.</summary>
    public ConfigValues Read(string yaml, SchemaSection root)
    {
        var values = new ConfigValues(root, new ConfigLocation(file, 0, 0));
        var parser = new Parser(new StringReader(yaml));
        try
        {
            var stream = new YamlStream();
            stream.Load(parser);
            if (stream.Documents.Count == 0 || IsNull(stream.Documents[0].RootNode))
            {
                return values;
            }

            if (stream.Documents.Count > 1)
            {
                Report(stream.Documents[1].RootNode, "a second document ('---') is not allowed; one file is one "
                    + "configuration");
            }

            return ReadSection(stream.Documents[0].RootNode, root) ?? values;
        }
        catch (YamlException error)
        {
            _errors.Add(new ConfigError(
                new ConfigLocation(file, error.Start.Line, error.Start.Column),
                $"this is not YAML: {Innermost(error)}"));
            return values;
        }
        catch (InvalidOperationException)
        {
            // The parser's own answer to some mappings in braces over lines that are not indented.
            var end = parser.Current?.End ?? Mark.Empty;
            _errors.Add(new ConfigError(
                new ConfigLocation(file, end.Line, end.Column),
                "this is not YAML: what follows here is not indented as what it belongs to"));
            return values;
        }
    }

    /// <summary>Adds an error found after reading, such as a name that means nothing.</summary>
    public void Report(ConfigLocation location, string message) => _errors.Add(new ConfigError(location, message));

    /// <summary>Adds what is allowed and should be looked at.</summary>
    public void Warn(ConfigLocation location, string message) => _warnings.Add(new ConfigError(location, message));

    private ConfigValues? ReadSection(YamlNode node, SchemaSection schema)
    {
        if (node is not YamlMappingNode mapping)
        {
            Report(node, $"{Describe(schema)} must be a mapping of keys; allowed: {KeysOf(schema)}");
            return null;
        }

        var values = new ConfigValues(schema, At(node));
        foreach (var (keyNode, valueNode) in mapping.Children)
        {
            var key = (keyNode as YamlScalarNode)?.Value ?? "";
            if (schema.Find(key) is { } child)
            {
                ReadChild(values, child, valueNode);
            }
            else
            {
                var suggestion = DidYouMean.Suggest(key, schema.Children.Select(c => c.Name));
                var meant = suggestion is null ? "" : $"; did you mean '{suggestion}'?";
                Report(keyNode, $"unknown key '{key}' in {Describe(schema)}{meant} (allowed: {KeysOf(schema)})");
            }
        }

        foreach (var child in schema.Children)
        {
            var isThere = mapping.Children.ContainsKey(new YamlScalarNode(child.Name));
            if (child is SchemaScalar { IsRequired: true } && !isThere)
            {
                Report(node, $"{Describe(schema)} needs '{child.Name}': {child.Documentation}");
            }
        }

        return values;
    }

    private void ReadChild(ConfigValues values, SchemaNode child, YamlNode node)
    {
        switch (child)
        {
            case SchemaSection section when IsNull(node):
                values.Set(section, new ConfigValues(section, At(node)), At(node));
                break;
            case SchemaSection section:
                if (ReadSection(node, section) is { } nested)
                {
                    values.Set(section, nested, At(node));
                }

                break;
            case SchemaList list:
                ReadList(values, list, node);
                break;
            case SchemaScalar scalar:
                ReadScalar(values, scalar, node);
                break;
            case SchemaMap map:
                ReadMap(values, map, node);
                break;
        }
    }

    private void ReadList(ConfigValues values, SchemaList list, YamlNode node)
    {
        if (node is not YamlSequenceNode sequence)
        {
            Report(node, $"'{list.Name}' must be a list ('- …' or '[]'), each item with: {KeysOf(list.Item)}");
            return;
        }

        if (sequence.Children.Count > list.CountMax)
        {
            Report(node, $"'{list.Name}' has {sequence.Children.Count} items; at most {list.CountMax} are allowed");
        }

        var items = new List<ConfigValues>();
        foreach (var item in sequence.Children.Take(list.CountMax))
        {
            if (ReadSection(item, list.Item) is { } itemValues)
            {
                items.Add(itemValues);
            }
        }

        values.Set(list, items, At(node));
    }

    private void ReadMap(ConfigValues values, SchemaMap map, YamlNode node)
    {
        if (node is not YamlMappingNode mapping)
        {
            Report(node, $"'{map.Name}' must be a mapping of names to texts, such as {{site: north}}");
            return;
        }

        if (mapping.Children.Count > map.CountMax)
        {
            Report(node, $"'{map.Name}' has {mapping.Children.Count} names; at most {map.CountMax} are allowed");
            return;
        }

        var texts = new List<KeyValuePair<string, string>>();
        foreach (var (keyNode, valueNode) in mapping.Children)
        {
            if (keyNode is not YamlScalarNode { Value: { } name } || valueNode is not YamlScalarNode scalar)
            {
                Report(keyNode, $"'{map.Name}' must be a mapping of names to texts, such as {{site: north}}");
            }
            else if (EnvironmentText.Expand(scalar.Value ?? "", environment, out var text) is { } unset)
            {
                Report(valueNode, $"'{name}': {unset}");
            }
            else
            {
                texts.Add(KeyValuePair.Create(name, text));
            }
        }

        values.Set(map, texts, At(node));
    }

    /// <summary>Reads each text of a list for itself.</summary>
    private void ReadTexts(ConfigValues values, SchemaScalar key, YamlSequenceNode sequence)
    {
        var texts = new List<string>();
        foreach (var item in sequence.Children)
        {
            var one = new ConfigValues(values.Schema, At(item));
            ReadScalar(one, key, item);
            texts.Add(one.Text(key));
        }

        values.Set(key, string.Join('\n', texts), At(sequence));
    }

    private void ReadScalar(ConfigValues values, SchemaScalar key, YamlNode node)
    {
        if (key.IsList && node is YamlSequenceNode sequence)
        {
            ReadTexts(values, key, sequence);
            return;
        }

        if (node is not YamlScalarNode scalar)
        {
            Report(node, $"'{key.Name}' must be a single value");
            return;
        }

        if (EnvironmentText.Expand(scalar.Value ?? "", environment, out var text) is { } unset)
        {
            Report(node, $"'{key.Name}': {unset}");
            return;
        }

        if (ScalarReader.Read(key, text, out var value) is { } problem)
        {
            Report(node, problem);
            return;
        }

        values.Set(key, value, At(node));
    }

    private void Report(YamlNode node, string message) => Report(At(node), message);

    private ConfigLocation At(YamlNode node) => new(file, node.Start.Line, node.Start.Column);

    private static string Describe(SchemaSection schema) =>
        schema.Name.Length == 0 ? "the file" : $"'{schema.Name.Replace("[]", "", StringComparison.Ordinal)}'";

    private static string KeysOf(SchemaSection schema) =>
        string.Join(", ", schema.Children.Select(child => child.Name));

    private static bool IsNull(YamlNode node) =>
        node is YamlScalarNode { Style: ScalarStyle.Plain, Value: null or "" or "null" or "~" };

    private static string Innermost(Exception error)
    {
        while (error.InnerException is not null)
        {
            error = error.InnerException;
        }

        return error.Message;
    }
}
