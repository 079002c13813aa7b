using System.Text.Json;
using EdgeStream.Testing;

namespace EdgeStream.Kinesis.Tests.Validation;

/// <summary>The tables of actions and members against what the AWS SDK for JavaScript declares: what is new there shows
/// here.</summary>
public sealed class ApiModelTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    /// <summary>Structures that are refused as a whole, so that their members are not looked at.</summary>
    private static readonly string[] Opaque =
    [
        "AmazonOpenSearchServerlessDestination", "DatabaseSource", "IcebergDestination", "MSKSource",
        "RedshiftDestination", "SnowflakeDestination", "S3TablesDestination", "S3Backup", "DataFormatConversion",
    ];

    /// <summary>Actions of the API Reference that the package does not have yet.</summary>
    private static readonly string[] Newer =
    [
        "AcknowledgeDeadLetterQueueRecords", "AcknowledgeQueueRecords", "CreateQueue", "DeleteQueue", "DescribeQueue",
        "ListQueues", "ReceiveDeadLetterQueueRecords", "ReceiveQueueRecords", "RestoreDeadLetterQueueRecords",
        "UpdateDeadLetterQueueRecordsVisibility", "UpdateQueue", "UpdateQueueRecordsVisibility",
    ];

    [Theory]
    [InlineData("kinesis", "Kinesis_20131202.")]
    [InlineData("firehose", "Firehose_20150804.")]
    public async Task Every_action_and_member_of_the_sdk_is_known_here_and_no_other(string service, string prefix)
    {
        using var model = await ReadAsync(service);
        var structures = model.RootElement.GetProperty("structures");
        var actions = model.RootElement.GetProperty("actions").EnumerateObject().Select(action => action.Name);
        var own = ActionTable.ByTarget.Values.Where(
            action => action.Target.StartsWith(prefix, StringComparison.Ordinal)
                && !Newer.Contains(action.Name)).ToArray();
        Assert.Equal(
            actions.Order(StringComparer.Ordinal),
            own.Select(action => action.Target[prefix.Length..]).Order(StringComparer.Ordinal));
        var differences = new List<string>();
        foreach (var action in own)
        {
            Compare(structures, action.Target[prefix.Length..] + "Input", action.Shape, differences);
        }

        Assert.True(differences.Count == 0, string.Join('\n', differences));
    }

    private static void Compare(JsonElement structures, string name, Shape shape, List<string> differences)
    {
        var theirs = structures.TryGetProperty(name, out var structure)
            ? structure.EnumerateObject().ToDictionary(member => member.Name, member => member.Value.GetString()!)
            : [];
        var ours = shape.Fields.ToDictionary(field => field.Name, field => field.Shape);
        differences.AddRange(theirs.Keys.Except(ours.Keys).Select(member => $"{name}.{member} is not known here"));
        differences.AddRange(ours.Keys.Except(theirs.Keys).Select(member => $"{name}.{member} is known here alone"));
        foreach (var (member, type) in theirs)
        {
            if (ours.TryGetValue(member, out var inner) && !Array.Exists(
                Opaque, opaque => member.StartsWith(opaque, StringComparison.Ordinal)))
            {
                var element = inner.Kind == ShapeKind.List ? inner.Element! : inner;
                if (element.Kind == ShapeKind.Structure)
                {
                    Compare(structures, type.Replace("[]", "", StringComparison.Ordinal), element, differences);
                }
            }
        }
    }

    private static async Task<JsonDocument> ReadAsync(string service)
    {
        var modules = await NodeModules.InstallAwsSdkAsync();
        var script = RepositoryFolder.Combine("tests", "EdgeStream.EndToEnd.Tests", "awsclients", "model.mjs");
        var result = await Command.RunAsync("node", [script, modules, service], deadline: Deadline);
        Assert.True(result.ExitCode == 0, $"{result}");
        return JsonDocument.Parse(result.Output);
    }
}
