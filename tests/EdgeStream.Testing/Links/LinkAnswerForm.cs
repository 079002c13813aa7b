namespace EdgeStream.Testing;

/// <summary>Whose errors a <see cref="FaultyLink"/> answers with.</summary>
public enum LinkAnswerForm
{
    /// <summary>Any HTTP server's.</summary>
    Plain,

    /// <summary>An AWS service's that speaks JSON 1.1.</summary>
    AwsJson,

    /// <summary>Amazon S3's.</summary>
    S3,
}
