using Microsoft.AspNetCore.Http;
using Parley.Gateway.Configuration;
using Parley.Gateway.Configuration.Entries;
using Parley.Gateway.Exchange;

namespace Parley.Gateway.Admin.Catalog;

/// <summary>Why a write is refused, in words for the person who made it.</summary>
internal static class EntryRefusals
{
    public static GatewayError NotFound(EntryKind kind, string id) =>
        new(GatewayErrorKind.NotFound, $"There is no {kind.Word()} '{Short(id)}'. GET /admin/{kind.Section()} lists them.");

    public static GatewayError Exists(EntryKind kind, string id) => Conflict(
        "entry_exists", $"There is a {kind.Word()} '{Short(id)}' already. PUT /admin/{kind.Section()}/{{id}} changes it.", kind.IdKey());

    public static GatewayError ReadOnly(CatalogEntry entry) => entry.IsReadOnly
        ? ReadOnly(entry.Kind, entry.Id, entry.Place)
        : Conflict("read_only", $"The {entry.Kind.Word()} '{entry.Id}' comes from variables of the environment. Take them out there and start again.");

    public static GatewayError ReadOnly(EntryKind kind, string name, string place) => Conflict(
        "read_only", $"'{Short(name)}' stands in {place} and can be changed only there. Edit the file, or choose another {kind.IdKey()}.", kind.IdKey());

    public static GatewayError InUse(EntryKind kind, string id, IEnumerable<string> users) => Conflict(
        "in_use", $"The {kind.Word()} '{id}' is needed by {string.Join(", ", users)}. Point that somewhere else first.");

    public static GatewayError Changed() => new(
        GatewayErrorKind.BadRequest, "This has changed since you read it (If-Match). GET it again, make your change there, and send the new ETag.")
    {
        Status = StatusCodes.Status412PreconditionFailed,
        Code = "precondition_failed",
    };

    public static GatewayError TooMany(string message) => Conflict("too_many_entries", message);

    public static GatewayError BadRequest(string? path, string message, string code = "configuration_invalid") =>
        new(GatewayErrorKind.BadRequest, message) { Code = code, Param = path };

    /// <summary>What the rules of the file say against an entry.</summary>
    /// <param name="errors">All of them; never empty.</param>
    /// <param name="pathOf">The path inside the posted body, or null for an error that lies elsewhere: in a file, or in another entry that the change would break.</param>
    public static GatewayError Invalid(IReadOnlyList<ConfigurationError> errors, Func<ConfigurationError, string?> pathOf)
    {
        var details = errors.Select(error => pathOf(error) is { } path
            ? new GatewayErrorDetail(path, error.Message, null)
            : new GatewayErrorDetail(error.Path, error.Message, error.File)).ToList();
        var first = details.Find(static detail => detail.File is null) ?? details[0];
        var place = first.File is null ? first.Path : $"{first.File} {first.Path}".TrimEnd();
        return new GatewayError(GatewayErrorKind.BadRequest, place.Length > 0 ? $"{place}: {first.Message}" : first.Message)
        {
            Code = "configuration_invalid",
            Param = first is { File: null, Path.Length: > 0 } ? first.Path : null,
            Details = details,
        };
    }

    private static GatewayError Conflict(string code, string message, string? path = null) =>
        new(GatewayErrorKind.BadRequest, message) { Status = StatusCodes.Status409Conflict, Code = code, Param = path };

    private static string Short(string name) => name.Length > 100 ? name[..100] + "…" : name;
}
