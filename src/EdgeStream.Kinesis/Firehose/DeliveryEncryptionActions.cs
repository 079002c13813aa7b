namespace EdgeStream.Kinesis;

/// <summary>Encryption at rest of delivery streams: the log's own, with the gateway's keys; a delivery stream says
/// which key it was asked for.</summary>
internal static class DeliveryEncryptionActions
{
    private const string OwnKey = "AWS_OWNED_CMK";
    private const string NamedKey = "CUSTOMER_MANAGED_CMK";

    internal static async ValueTask StartAsync(ActionCall call)
    {
        var stream = call.DeliveryStream();
        var input = RequestPart.Of(call.Request).Part("DeliveryStreamEncryptionConfigurationInput");
        RequireDirectPut(stream.Record.Source is not null);
        var (type, arn) = input is null ? KeyOf(call, OwnKey, null) : KeyOf(call, input, false);
        await call.Firehose.ChangeAsync(stream, old => old with { KeyType = type, KeyArn = arn }).ConfigureAwait(false);
        DeliveryStreamActions.WriteNothing(call);
    }

    internal static async ValueTask StopAsync(ActionCall call)
    {
        var stream = call.DeliveryStream();
        RequireDirectPut(stream.Record.Source is not null);
        await call.Firehose.ChangeAsync(stream, static old => old with { KeyType = null, KeyArn = null })
            .ConfigureAwait(false);
        DeliveryStreamActions.WriteNothing(call);
    }

    /// <summary>The key that a request asks for; nothing where it asks for none.</summary>
    /// <exception cref="ApiException">The request contradicts itself, or the gateway has no key.</exception>
    internal static (string? Type, string? Arn) KeyOf(ActionCall call, RequestPart? input, bool hasSource)
    {
        if (input is not { } given)
        {
            return default;
        }

        RequireDirectPut(hasSource);
        return KeyOf(call, given.Text("KeyType")!, given.Text("KeyARN"));
    }

    private static (string? Type, string? Arn) KeyOf(ActionCall call, string type, string? arn)
    {
        if (type == NamedKey == arn is null)
        {
            throw ApiException.InvalidArgument(
                $"KeyARN is required for the key type {NamedKey}, and not allowed for {OwnKey}.");
        }

        return call.Service.Store.Encryption?.Current is null
            ? throw new ApiException(
                ErrorType.InvalidKmsResource,
                "The gateway has no key to encrypt with. Configure 'storage.encryption'.")
            : (type, arn);
    }

    private static void RequireDirectPut(bool hasSource)
    {
        if (hasSource)
        {
            throw ApiException.InvalidArgument(
                "Server-side encryption is for DirectPut delivery streams: one of KinesisStreamAsSource has that of "
                    + "its stream.");
        }
    }
}
