namespace Parley.Load.Proxies;

internal static class RowNames
{
    public const string Direct = "direct";
    public const string Nginx = "nginx";
    public const string Floor = "floor";
    public const string Parley = "parley";
    public const string ChatToMessages = "chat → messages";
    public const string ResponsesToMessages = "responses → messages";
    public const string MessagesToChat = "messages → chat";
    public const string DeadFirst = "dead first target";
    public const string DeadEachTime = "dead first, each time";
}
