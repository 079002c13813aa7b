namespace EdgeStream.Kinesis;

/// <summary>Encryption at rest: the log's own, with the gateway's keys; a stream says which key it was asked
/// for.</summary>
internal static class EncryptionActions
{
    internal static ValueTask StartAsync(ActionCall call)
    {
        var stream = call.Stream();
        if (call.Request.Text("EncryptionType") != "KMS")
        {
            throw ApiException.InvalidArgument("EncryptionType must be KMS.");
        }

        var keyId = call.Request.Text("KeyId")!;
        return call.Service.Store.Encryption?.Current is null
            ? throw new ApiException(
                ErrorType.KmsNotFound,
                $"Key {keyId} is not there: the gateway has no key to encrypt with. Configure 'storage.encryption'.")
            : call.ChangeAsync(stream, old => old with { EncryptionKeyId = keyId });
    }

    internal static ValueTask StopAsync(ActionCall call)
    {
        var stream = call.Stream();
        return call.Request.Text("EncryptionType") != "KMS"
            ? throw ApiException.InvalidArgument("EncryptionType must be KMS.")
            : call.ChangeAsync(stream, static old => old with { EncryptionKeyId = null });
    }
}
