using EdgeStream.Analytics;
using EdgeStream.Streams;

namespace EdgeStream.Gateway.Config;

/// <summary>Rules in a file of their own, written as in the configuration, to be tried before they go there.</summary>
internal static class DraftRules
{
    /// <summary>Reads the list <c>rules</c> of a file; its other keys are checked and not used.</summary>
    /// <param name="file">The file.</param>
    /// <param name="streams">The streams that rules may watch.</param>
    /// <param name="context">The environment that texts may name.</param>
    /// <exception cref="ConfigException">It can't be read, or something in it is not allowed.</exception>
    public static IReadOnlyList<RuleDefinition> Load(
        string file, IReadOnlyList<StreamDefinition> streams, ConfigContext context)
    {
        var reader = new ConfigReader(file, context.Environment);
        var values = reader.Read(ConfigLoader.ReadText(file), ConfigKeys.Root);
        var rules = new RuleBinder(reader, new StreamReferences(reader, streams)).Bind(values, isDemo: false);
        if (reader.Errors.Count == 0 && values.List(RuleKeys.List) is null)
        {
            reader.Report(new ConfigLocation(file, 0, 0), "there is no list 'rules'; write the rule as in the "
                + "configuration: 'rules:' and below it '- name: …'");
        }

        return reader.Errors.Count == 0 ? rules : throw new ConfigException(reader.Errors);
    }
}
