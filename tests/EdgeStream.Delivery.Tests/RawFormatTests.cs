using System.IO.Compression;
using System.Text;

namespace EdgeStream.Delivery.Tests;

public class RawFormatTests
{
    [Theory]
    [InlineData("", CompressionKind.None, "one\ntwo\0", ".raw")]
    [InlineData("\r\n", CompressionKind.None, "one\n\r\ntwo\0\r\n", ".raw")]
    [InlineData("\n", CompressionKind.Gzip, "one\n\ntwo\0\n", ".raw.gz")]
    public async Task An_object_is_the_bytes_of_its_records(
        string delimiter, CompressionKind compression, string text, string suffix)
    {
        await using var stage = await DeliveryStage.OpenAsync(
            definition => definition with
            {
                Format = RecordFormat.Raw, Delimiter = delimiter, Compression = compression,
            });
        await stage.StartAsync();
        await stage.AppendAsync("a", "one\n"u8.ToArray());
        await stage.AppendAsync("b", "two\0"u8.ToArray());
        await stage.AdvanceUntilAsync(() => stage.Destination.Objects.Count == 1);
        var (name, bytes) = stage.Destination.Objects.Single();
        Assert.EndsWith(suffix, name, StringComparison.Ordinal);
        Assert.Equal(text, TextOf(bytes, compression));
        Assert.True(ObjectName.IsFileOf("backup", name.AsSpan(name.LastIndexOf('/') + 1)));
    }

    [Fact]
    public async Task A_batch_that_may_have_arrived_is_sent_again_as_it_was()
    {
        await using var stage = await DeliveryStage.OpenAsync(
            definition => definition with
            {
                Format = RecordFormat.Raw, Delimiter = "|", Compression = CompressionKind.None,
            });
        await stage.StartAsync();
        var folder = "";
        stage.Destination.Stored = _ => folder = folder.Length == 0 ? stage.CopyOfFolder() : folder;
        await stage.AppendAsync("a", "one"u8.ToArray());
        await stage.AdvanceUntilAsync(() => folder.Length > 0);
        await stage.ReopenAsync(folder);
        stage.Definition = stage.Definition with { Format = RecordFormat.JsonLines, Delimiter = "" };
        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => stage.Destination.Accepted.Count == 2);
        Assert.Equal("one|", Encoding.UTF8.GetString(Assert.Single(stage.Destination.Objects).Value));
    }

    [Theory]
    [InlineData(RecordFormat.JsonLines, "\n")]
    [InlineData(RecordFormat.Raw, "12345")]
    [InlineData((RecordFormat)7, "")]
    public async Task A_format_that_cannot_be_is_refused(RecordFormat format, string delimiter)
    {
        await using var stage = await DeliveryStage.OpenAsync(
            definition => definition with { Format = format, Delimiter = delimiter });
        await Assert.ThrowsAsync<ArgumentException>(stage.StartAsync);
    }

    private static string TextOf(byte[] bytes, CompressionKind compression)
    {
        if (compression == CompressionKind.None)
        {
            return Encoding.UTF8.GetString(bytes);
        }

        using var reader = new StreamReader(new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress));
        return reader.ReadToEnd();
    }
}
