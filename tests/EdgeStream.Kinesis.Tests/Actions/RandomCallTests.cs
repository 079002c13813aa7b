using System.Text;
using System.Text.Json;
using EdgeStream.Kinesis.Tests.Firehose;
using EdgeStream.Testing;
using Xunit.Abstractions;

namespace EdgeStream.Kinesis.Tests.Actions;

/// <summary>Whatever is asked, in whatever order: an answer or the caller's mistake, never the gateway's.</summary>
public sealed class RandomCallTests(ITestOutputHelper output)
{
    private const int DeletingPart = 4;
    private const int StreamCallsMax = 3500;
    private const int FirehoseCallsMax = 1500;

    [Fact]
    public async Task No_request_of_streams_and_groups_is_answered_with_a_failure()
    {
        await using var kinesis = await KinesisUnderTest.StartAsync(
            change: options => options with { ShardsMax = 24, IsOfHost = name => name == "s" });
        await kinesis.MakeStreamAsync(2);
        await CallAsync(kinesis.Client, target => !IsOfDeliveryStreams(target), StreamCallsMax);
    }

    [Fact]
    public async Task No_request_of_delivery_streams_is_answered_with_a_failure()
    {
        await using var firehose = await FirehoseUnderTest.StartAsync();
        await firehose.OkAsync("CreateStream", """{"StreamName":"s","ShardCount":1}""", "Kinesis_20131202");
        await firehose.MakeAsync(name: "s");
        await CallAsync(firehose.Client, IsOfDeliveryStreams, FirehoseCallsMax);
    }

    private static bool IsOfDeliveryStreams(string target) =>
        target.StartsWith("Firehose_20150804.", StringComparison.Ordinal) || IsOfChannels(target);

    private static bool IsOfChannels(string target) => target.Contains("Channel", StringComparison.Ordinal);

    private async Task CallAsync(HttpClient client, Func<string, bool> isAsked, int callsMax)
    {
        var random = TestSeed.Create(output.WriteLine);
        var maker = new RequestMaker(random);
        ActionDefinition[] actions = [.. ActionTable.ByTarget.Values.Where(action => isAsked(action.Target))];
        var succeeded = new Dictionary<string, int>();
        for (var call = 0; call < callsMax; call++)
        {
            var action = actions[random.Next(actions.Length)];
            if (call < callsMax / DeletingPart * (DeletingPart - 1)
                && action.Target.Contains(".Delete", StringComparison.Ordinal))
            {
                // What is deleted is no more there to be asked for: that comes last.
                continue;
            }

            var json = maker.Of(action.Shape);
            using var request = KinesisUnderTest.Request(action.Target, Encoding.UTF8.GetBytes(json));
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            var status = (int)response.StatusCode;
            if (response.Content.Headers.ContentType?.MediaType == ContentType.EventStream)
            {
                continue;
            }

            var text = await response.Content.ReadAsStringAsync();
            Assert.True(status is 200 or 400, $"{action.Target} {json}: {status} {text}");
            Assert.DoesNotContain("UnknownOperationException", text, StringComparison.Ordinal);
            if (status == 200)
            {
                succeeded[action.Target] = succeeded.GetValueOrDefault(action.Target) + 1;
                Remember(maker, text);
            }
        }

        // A channel needs more that fits together than chance finds.
        foreach (var api in actions.Where(action => !IsOfChannels(action.Target))
            .GroupBy(action => action.Target.Split('.')[0]))
        {
            var reached = api.Count(action => succeeded.ContainsKey(action.Target));
            Assert.True(reached > api.Count() / 2, $"{reached} of {api.Count()}: {string.Join(' ', succeeded)}");
        }

        output.WriteLine(string.Join(' ', succeeded.OrderBy(item => item.Key, StringComparer.Ordinal)));
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
