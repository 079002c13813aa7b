using EdgeStream.Storage;
using EdgeStream.Testing;

namespace EdgeStream.Streams.Tests;

/// <summary>Streams that the API makes, what it says of them, and what a reload of the configuration leaves.</summary>
public sealed class StreamAttributesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTimeProvider _time = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_the_api_says_of_a_stream_is_there_after_a_restart_and_a_reload()
    {
        var definition = new StreamDefinition { Name = "api", SegmentSizeBytes = 1 << 20 };
        await using (var store = Open())
        {
            var stream = await store.CreateAsync(
                definition, new StreamAttributes { Tags = new Dictionary<string, string> { ["a"] = "b" } });
            Assert.Equal(Timestamp.From(_time.GetUtcNow()), stream!.Attributes.CreatedAt);
            Assert.Null(await store.CreateAsync(definition, new StreamAttributes()));
            await store.ChangeAttributesAsync("api", old => old with
            {
                Mode = StreamMode.Provisioned,
                CreatedAt = default,
                Consumers = [new RegisteredConsumer { Name = "fan", CreatedAt = Timestamp.From(_time.GetUtcNow()) }],
            });
            await store.ChangeDefinitionAsync("api", old => old with { RetentionAge = TimeSpan.FromHours(48) });
        }

        await using var again = Open();
        await again.CreateOrUpdateAsync(new StreamDefinition { Name = "configured" });
        Assert.True(again.TryGet("api", out var found));
        Assert.Equal(TimeSpan.FromHours(48), found.Definition.RetentionAge);
        Assert.Equal((StreamMode.Provisioned, "b"), (found.Attributes.Mode, found.Attributes.Tags["a"]));
        Assert.Equal(_time.GetUtcNow(), found.Attributes.CreatedAt.ToDateTimeOffset());
        await again.CreateOrUpdateAsync(definition);
        Assert.Equal("fan", Assert.Single(found.Attributes.Consumers).Name);
        var arn = "arn:aws:kinesis:us-east-1:000000000000:stream/api/consumer/fan:1767225600";
        var names = new KinesisNames();
        Assert.Equal(arn, names.OfConsumer("api", found.Attributes.Consumers[0]));
        Assert.Equal("fan", names.FindConsumer(again, arn, out _)?.Name);
        Assert.Null(names.FindConsumer(again, arn + "1", out _));
    }

    [Fact]
    public async Task What_is_out_of_range_is_refused_and_nothing_changes()
    {
        await using var store = Open();
        var stream = await store.CreateOrUpdateAsync(new StreamDefinition { Name = "s", SegmentSizeBytes = 4 << 20 });
        await RefusesAsync("RecordSizeBytesMax", old => old with { RecordSizeBytesMax = 1 << 19 });
        await RefusesAsync("half a segment", old => old with { RecordSizeBytesMax = 3 << 20 });
        await RefusesAsync("EncryptionKeyId", old => old with { EncryptionKeyId = "alias/aws/kinesis" });
        await RefusesAsync("Consumers", old => old with
        {
            Consumers = [.. Enumerable.Range(0, 51).Select(i => new RegisteredConsumer
            {
                Name = $"c{i}",
                CreatedAt = default,
            })],
        });
        Assert.Equal(new StreamAttributes { Id = stream.Attributes.Id, CreatedAt = stream.Attributes.CreatedAt }.Mode,
            stream.Attributes.Mode);
        Assert.Empty(stream.Attributes.Consumers);

        async Task RefusesAsync(string text, Func<StreamAttributes, StreamAttributes> change)
        {
            var error = await Assert.ThrowsAsync<ArgumentException>(
                () => store.ChangeAttributesAsync("s", change).AsTask());
            Assert.Contains(text, error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("arn:aws:kinesis:us-east-1:000000000000:stream/a.b", "a.b")]
    [InlineData("arn:aws:kinesis:us-east-1:000000000000:stream/a/b", null)]
    [InlineData("arn:aws:kinesis:eu-west-1:000000000000:stream/a", null)]
    [InlineData("arn:aws:kinesis:us-east-1:000000000001:stream/a", null)]
    public void A_name_of_another_region_or_account_is_none_of_ours(string arn, string? stream) =>
        Assert.Equal(stream, new KinesisNames().TryParseStream(arn, out var found) ? found : null);

    private StreamStore Open() => StreamStore.Open(new StreamStoreOptions { Folder = _folder.Path }, _time);
}
