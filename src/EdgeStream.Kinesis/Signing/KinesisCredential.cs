namespace EdgeStream.Kinesis;

/// <summary>A key that clients sign with.</summary>
/// <param name="AccessKeyId">The public part, 1 to 128 characters.</param>
/// <param name="SecretAccessKey">The secret part.</param>
public sealed record KinesisCredential(string AccessKeyId, string SecretAccessKey)
{
    /// <summary>The public part alone.</summary>
    public override string ToString() => AccessKeyId;
}
