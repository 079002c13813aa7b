using System.Text.Json;
using EdgeStream.Testing;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>The AWS CLI, whose endpoint is the gateway.</summary>
internal sealed class AwsCli(GatewayWorld world, int port, string service, string secret)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    /// <summary>Runs one command of the service.</summary>
    public Task<CommandResult> RunAsync(params string[] arguments) => Command.RunAsync(
        "/usr/bin/env",
        [
            "AWS_EC2_METADATA_DISABLED=true", "AWS_ACCESS_KEY_ID=AKIDEXAMPLE", $"AWS_SECRET_ACCESS_KEY={secret}",
            "AWS_PAGER=", "/usr/bin/aws", "--endpoint-url", $"http://127.0.0.1:{port}", "--region", "us-east-1",
            "--output", "json", service, .. arguments,
        ],
        deadline: Deadline);

    /// <summary>Runs one that must succeed.</summary>
    /// <returns>What it answered; an empty object for nothing.</returns>
    public async Task<JsonElement> OkAsync(params string[] arguments)
    {
        var result = await RunAsync(arguments);
        Assert.True(result.ExitCode == 0, $"{result.Error}\n{world.Gateway.Output}");
        using var document = JsonDocument.Parse(result.Output.Trim().Length == 0 ? "{}" : result.Output);
        return document.RootElement.Clone();
    }
}
