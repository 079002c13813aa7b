using System.Text.Json;
using EdgeStream.Delivery;
using EdgeStream.Storage;

namespace EdgeStream.Kinesis;

/// <summary>The member <c>channel</c> of a delivery stream in the gateway's state; its own members are frozen by
/// tests.</summary>
internal static class ChannelFormat
{
    internal const string Member = "channel";

    internal static void Write(Utf8JsonWriter writer, ChannelSettings channel)
    {
        writer.WriteStartObject(Member);
        writer.WriteString("name", channel.ChannelName);
        writer.WriteString("id", channel.ChannelId);
        writer.WriteNumber("streamCreatedAt", channel.StreamCreatedAt.UnixMicroseconds);
        writer.WriteString("format", channel.Format);
        writer.WriteString("role", channel.RoleArn);
        writer.WriteString("bucket", channel.BucketArn);
        writer.WriteString("owner", channel.BucketOwner);
        writer.WriteString("compression", CompressionForm.WordOf(channel.Compression));
        DeliveryStreamFormat.WriteText(writer, "keyTemplate", channel.KeyTemplate);
        DeliveryStreamFormat.WriteText(writer, "storageClass", channel.StorageClass);
        DeliveryStreamFormat.WriteText(writer, "errorOwner", channel.ErrorBucketOwner);
        DeliveryStreamFormat.WriteText(writer, "errorPrefix", channel.ErrorPrefix);
        writer.WriteNumber("sizeMiB", channel.SizeInMiB);
        writer.WriteNumber("intervalSeconds", channel.IntervalInSeconds);
        writer.WriteEndObject();
    }

    internal static ChannelSettings Read(JsonElement channel) => new()
    {
        ChannelName = channel.GetProperty("name").GetString()!,
        ChannelId = channel.GetProperty("id").GetString()!,
        StreamCreatedAt = new Timestamp(channel.GetProperty("streamCreatedAt").GetInt64()),
        Format = channel.GetProperty("format").GetString()!,
        RoleArn = channel.GetProperty("role").GetString()!,
        BucketArn = channel.GetProperty("bucket").GetString()!,
        BucketOwner = channel.GetProperty("owner").GetString()!,
        Compression = CompressionForm.TryParse(channel.GetProperty("compression").GetString()!, out var compression)
            ? compression : throw new FormatException("A channel's compression is not known."),
        KeyTemplate = DeliveryStreamFormat.TextOf(channel, "keyTemplate"),
        StorageClass = DeliveryStreamFormat.TextOf(channel, "storageClass"),
        ErrorBucketOwner = DeliveryStreamFormat.TextOf(channel, "errorOwner"),
        ErrorPrefix = DeliveryStreamFormat.TextOf(channel, "errorPrefix"),
        SizeInMiB = channel.GetProperty("sizeMiB").GetInt32(),
        IntervalInSeconds = channel.GetProperty("intervalSeconds").GetInt32(),
    };
}
