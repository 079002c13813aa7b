using System.Text.Json;
using EdgeStream.Testing;
using Xunit.Abstractions;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>Every action that AWS's clients know, against the published binary: its success and each error that the
/// client documents, by the tables in <c>awsclients/</c>.</summary>
/// <remarks>What the clients document comes from themselves: an action or error that is in no table fails the test, and
/// so does a reason why something is not seen that nothing needs.</remarks>
public sealed class ActionTableTests(ITestOutputHelper output)
{
    private const string Success = "success";
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);

    private static string Folder => RepositoryFolder.Combine("tests", "EdgeStream.EndToEnd.Tests", "awsclients");

    [Theory]
    [InlineData("kinesis")]
    [InlineData("firehose")]
    public async Task Every_action_succeeds_and_every_documented_error_is_seen_or_cannot_be(string service)
    {
        var modules = await NodeModules.InstallAwsSdkAsync();
        var table = Path.Combine(Folder, $"{service}.json");
        var clients = await Task.WhenAll(
            RunAsync(service, "node", [Path.Combine(Folder, "sdk.mjs"), modules, service, table]),
            RunAsync(service, "/usr/bin/python3", [Path.Combine(Folder, "cli.py"), service, table]));
        using var document = JsonDocument.Parse(await File.ReadAllTextAsync(table));
        var reasons = document.RootElement.GetProperty("notSeen").EnumerateObject()
            .ToDictionary(reason => reason.Name, _ => false);
        var holes = clients.SelectMany(client => HolesOf(client.RootElement, reasons)).Distinct().ToArray();
        Assert.True(holes.Length == 0, $"Neither seen nor explained:\n{string.Join('\n', holes)}");
        var unneeded = reasons.Where(reason => !reason.Value).Select(reason => reason.Key).ToArray();
        Assert.True(unneeded.Length == 0, $"Explained, and nothing needs it:\n{string.Join('\n', unneeded)}");
        var known = clients[0].RootElement.GetProperty("model");
        Assert.All(
            document.RootElement.GetProperty("steps").EnumerateArray(),
            step => known.GetProperty(step.GetProperty("action").GetString()!));
    }

    private static async Task<JsonDocument> RunAsync(string service, string program, string[] arguments)
    {
        await using var world = await PastWorld.StartAsync();
        var result = await Command.RunAsync(
            "/usr/bin/env",
            [
                "AWS_EC2_METADATA_DISABLED=true", $"AWS_ACCESS_KEY_ID={KinesisWorld.AccessKeyId}",
                $"AWS_SECRET_ACCESS_KEY={KinesisWorld.Secret}", "AWS_PAGER=", "AWS_MAX_ATTEMPTS=1",
                "AWS_CONFIG_FILE=/dev/null", "NODE_NO_WARNINGS=1", program, .. arguments, world.Url, world.Given,
            ],
            deadline: Deadline);
        Assert.True(
            result.ExitCode == 0,
            $"{service} with {Path.GetFileName(arguments[0])}: {result.Output}\n{result.Error}\n{world.Output}");
        return JsonDocument.Parse(result.Output);
    }

    /// <summary>What a client documents and has not seen, but for what the table explains.</summary>
    private IEnumerable<string> HolesOf(JsonElement client, Dictionary<string, bool> reasons)
    {
        var count = 0;
        foreach (var action in client.GetProperty("model").EnumerateObject())
        {
            if (action.Value.TryGetProperty("isCommand", out var isCommand) && !isCommand.GetBoolean())
            {
                if (!Explains(reasons, $"{action.Name} command"))
                {
                    yield return $"{action.Name} command";
                }

                continue;
            }

            var seen = client.GetProperty("seen").TryGetProperty(action.Name, out var list)
                ? list.EnumerateArray().Select(item => item.GetString()!).ToHashSet()
                : [];
            count += seen.Count;
            foreach (var outcome in action.Value.GetProperty("errors").EnumerateArray()
                .Select(error => error.GetString()!).Prepend(Success))
            {
                if (!seen.Contains(outcome)
                    && !Explains(reasons, $"{action.Name} {outcome}") && !Explains(reasons, $"* {outcome}"))
                {
                    yield return $"{action.Name} {outcome}";
                }
            }
        }

        output.WriteLine($"{count} outcomes seen");
    }

    private static bool Explains(Dictionary<string, bool> reasons, string what)
    {
        if (!reasons.ContainsKey(what))
        {
            return false;
        }

        return reasons[what] = true;
    }
}
