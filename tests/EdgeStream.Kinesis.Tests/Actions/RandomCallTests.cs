using System.Text;
using System.Text.Json;
using EdgeStream.Testing;
using Xunit.Abstractions;

namespace EdgeStream.Kinesis.Tests.Actions;

/// <summary>Whatever is asked, in whatever order: an answer or the caller's mistake, never the gateway's.</summary>
public sealed class RandomCallTests(ITestOutputHelper output)
{
    private const int CallsMax = 3000;

    [Fact]
    public async Task No_request_is_answered_with_a_failure()
    {
        var random = TestSeed.Create(output.WriteLine);
        var maker = new RequestMaker(random);
        await using var kinesis = await KinesisUnderTest.StartAsync(
            change: options => options with { ShardsMax = 24, IsOfHost = name => name == "s" });
        await kinesis.MakeStreamAsync(2);
        ActionDefinition[] actions =
        [
            .. ActionTable.ByTarget.Values.Where(
                action => action.Target.StartsWith("Kinesis_20131202.", StringComparison.Ordinal)),
        ];
        var succeeded = new HashSet<string>();
        for (var call = 0; call < CallsMax; call++)
        {
            var action = actions[random.Next(actions.Length)];
            var json = maker.Of(action.Shape);
            using var request = KinesisUnderTest.Request(action.Name, Encoding.UTF8.GetBytes(json));
            using var response = await kinesis.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            var status = (int)response.StatusCode;
            if (response.Content.Headers.ContentType?.MediaType == ContentType.EventStream)
            {
                continue;
            }

            var text = await response.Content.ReadAsStringAsync();
            Assert.True(status is 200 or 400, $"{action.Name} {json}: {status} {text}");
            if (status == 200)
            {
                succeeded.Add(action.Name);
                Remember(maker, text);
            }
        }

        Assert.True(succeeded.Count > actions.Length / 2, string.Join(' ', succeeded));
    }

    private static void Remember(RequestMaker maker, string text)
    {
        if (text.Length == 0)
        {
            return;
        }

        using var document = JsonDocument.Parse(text);
        foreach (var member in document.RootElement.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.String && maker.Seen.Count < 10_000)
            {
                maker.Seen.Add(member.Value.GetString()!);
            }
        }
    }
}
