using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;

namespace EdgeStream.Delivery;

/// <summary>Finds the keys that requests are signed with.</summary>
/// <remarks>
/// In this order: the options; <c>AWS_ACCESS_KEY_ID</c> and its companions; the credentials file. Only when none of
/// them names a key is the machine's own role asked (the instance metadata service): on a board outside AWS that is a
/// lookup into the void.
/// </remarks>
internal static class AwsCredentials
{
    /// <summary>The credentials; reads files, asks no network.</summary>
    /// <exception cref="AmazonClientException">A profile was named and cannot be used.</exception>
    public static AWSCredentials Find(string? accessKeyId, string? secretAccessKey, string? profile)
    {
        if (!string.IsNullOrEmpty(accessKeyId) && !string.IsNullOrEmpty(secretAccessKey))
        {
            return new BasicAWSCredentials(accessKeyId, secretAccessKey);
        }

        return FromEnvironment() ?? FromFile(profile) ?? new InstanceProfileAWSCredentials();
    }

    private static AWSCredentials? FromEnvironment()
    {
        var id = Environment.GetEnvironmentVariable("AWS_ACCESS_KEY_ID");
        var secret = Environment.GetEnvironmentVariable("AWS_SECRET_ACCESS_KEY");
        var token = Environment.GetEnvironmentVariable("AWS_SESSION_TOKEN");
        if (string.IsNullOrEmpty(id) || string.IsNullOrEmpty(secret))
        {
            return null;
        }

        return string.IsNullOrEmpty(token)
            ? new BasicAWSCredentials(id, secret)
            : new SessionAWSCredentials(id, secret, token);
    }

    private static AWSCredentials? FromFile(string? profile)
    {
        var name = profile ?? Environment.GetEnvironmentVariable("AWS_PROFILE")
            ?? SharedCredentialsFile.DefaultProfileName;
        var path = Environment.GetEnvironmentVariable("AWS_SHARED_CREDENTIALS_FILE");
        var file = string.IsNullOrEmpty(path) ? new SharedCredentialsFile() : new SharedCredentialsFile(path);
        if (file.TryGetProfile(name, out var found))
        {
            return found.GetAWSCredentials(file);
        }

        return profile is null
            ? null
            : throw new AmazonClientException($"The credentials file '{file.FilePath}' has no profile '{profile}'.");
    }
}
