using System.Text;
using System.Text.Json;
using EdgeStream.Streams;

namespace EdgeStream.Kinesis;

/// <summary>Resource policies of streams, consumers and queues: kept and told, evaluated by nobody.</summary>
internal static class PolicyActions
{
    internal static ValueTask PutResourcePolicyAsync(ActionCall call)
    {
        var resource = Resource.Of(call);
        var policy = call.Request.Text("Policy")!;
        return policy.Length > StreamAttributes.ResourcePolicyLengthMax
            ? throw ApiException.InvalidArgument(
                $"The policy has {policy.Length} characters; {StreamAttributes.ResourcePolicyLengthMax} are allowed.")
            : IsObject(policy)
                ? resource.ChangePolicyAsync(call, policy)
                : throw ApiException.InvalidArgument("The policy is not a JSON object.");
    }

    internal static ValueTask GetResourcePolicyAsync(ActionCall call)
    {
        var policy = Resource.Of(call).Policy ?? throw NoPolicy(call);
        call.Response.BeginStructure();
        call.Response.Text(Members.Policy, policy);
        call.Response.EndStructure();
        return default;
    }

    internal static ValueTask DeleteResourcePolicyAsync(ActionCall call)
    {
        var resource = Resource.Of(call);
        return resource.Policy is null ? throw NoPolicy(call) : resource.ChangePolicyAsync(call, null);
    }

    private static ApiException NoPolicy(ActionCall call) => ApiException.NotFound(
        $"Resource policy of {call.Request.Text("ResourceARN")} under account {call.Account} not found.");

    private static bool IsObject(string policy)
    {
        try
        {
            var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(policy));
            var isObject = reader.Read() && reader.TokenType == JsonTokenType.StartObject;
            while (reader.Read())
            {
                // To the end: what is wrong throws.
            }

            return isObject;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
